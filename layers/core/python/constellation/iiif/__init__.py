"""Pictures and parts of them for deep zoom, by the IIIF Image API 3.0."""
