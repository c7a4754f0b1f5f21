"""Tests of the console in a browser. They are a package, so that the browser of all of them ends with the last one."""
