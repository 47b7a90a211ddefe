"""Runs the agents of many tests in few PowerShell processes.

A process compiles the code of the engine as it runs it, which is most of the time of a start and of a first request.
A warm process has run an agent before. Each agent has a runspace, standard streams, an environment and a working
directory of its own; it is alone in its process, and killing it ends the process.
"""
