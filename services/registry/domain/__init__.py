"""The registry's rules: periods of the law, what may be decided, and what a personal number tells. No framework."""
