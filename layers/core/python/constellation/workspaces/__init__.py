"""Constellations: shared workspaces with members, rights and folders."""
