module weerklank.nl/weerklank

go 1.26.0
