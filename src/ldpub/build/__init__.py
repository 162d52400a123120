"""Builds: writes a release out of a project."""
