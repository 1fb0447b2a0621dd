"""Minutes of a meeting by paragraph; statements that become inputs."""
