"""The forms of the other books, and the records that the API answers with; a module for each book."""
