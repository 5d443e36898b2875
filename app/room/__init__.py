"""The room: a class, with one lecturer's run, its followers, questions and answers."""
