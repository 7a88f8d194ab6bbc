"""The station's forms, in the words of its books, and the shape in which the API answers. One line asks, validates, shows."""
