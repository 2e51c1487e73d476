"""The risk of lifted people: their scores and how sure those are, charts of them, and a page."""
