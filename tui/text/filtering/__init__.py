"""The sentences about filters: what their words mean, and what is wrong with one."""
