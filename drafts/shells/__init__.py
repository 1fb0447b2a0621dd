"""What every Word and PDF paper is made with; knows neither texts, nor tables, nor comments."""
