module github.com/ilyakaznacheev/cleanenv

go 1.18
