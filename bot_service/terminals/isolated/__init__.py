"""The official package in a child process that can be killed."""
