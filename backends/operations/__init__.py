"""The rules: which commands a VM allows, and how they are carried out safely. Imports no front end and no backend."""
