module github.com/labstack/gommon

go 1.18
