"""What ships with the project, and its licences."""
