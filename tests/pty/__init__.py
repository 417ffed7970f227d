"""The installed program in a real terminal."""  # noqa: A005
