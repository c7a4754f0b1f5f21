"""What comes over the wire, one module a surface, as pydantic models: imported only where input is validated."""
