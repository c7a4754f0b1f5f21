"""Run the stack on one machine: the template is deployed to an engine in place of AWS, with an edge in front."""
