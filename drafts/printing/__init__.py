"""What every Word and PDF paper is made with, whatever it prints."""
