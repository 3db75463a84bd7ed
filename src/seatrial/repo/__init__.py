"""The user's files as typed views that know their lines; nothing here runs or fetches anything."""
