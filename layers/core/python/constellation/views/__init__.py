"""What goes over the wire, one module a surface, as TypedDicts: shapes without import cost."""
