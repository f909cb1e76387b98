"""What is staged goes to Act-On, and what becomes of it is found out."""
