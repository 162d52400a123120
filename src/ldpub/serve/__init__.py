"""Serves: reads a release and answers HTTP."""
