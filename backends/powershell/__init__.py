"""PowerShell processes that stay running and answer requests. No script text is ever built from data."""
