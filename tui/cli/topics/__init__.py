"""The topics of `hvtui help`: a text file for each, or what the code says."""
