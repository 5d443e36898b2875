"""The page: its files, the fields of its forms, and the presets."""
