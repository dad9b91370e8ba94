package tradedata

// country has some of the customers. In postal, 9 is any digit and A any letter. In a street, # is the number. In a
// shop's name, * is the owner.
type country struct {
	name      string
	customers int
	dial      int
	postal    string
	cities    []city
	streets   []string
	owners    []string
	shops     []string
}

type city struct{ name, region string }

// employees are the salespeople. The first ones sell more.
var employees = []string{
	"Élodie Marchand", "Søren Kjær", "Ana Lúcia Prado", "Tomás Ibáñez", "Greta Öberg", "Siobhán O'Dea", "Jürgen Weiß", "Zofia Wójcik", "Ray Tanner",
}

var carriers = []string{"Greenline Freight", "Nordström & Sons Spedition", "Aéreo Rápido"}

var flowers = []string{"Rose", "Tulip", "Peony", "Carnation", "Lily", "Dahlia", "Hydrangea"}

var varieties = []string{
	"Crème Brûlée", "Señorita", "Märchenprinz", "Smørblomst", "L'Été Indien", "Grünes Band", "Coração", "Ålesund", "Łąka", "Snow White", "Old \"Glory\" 60 cm",
}

var countries = []country{
	{"USA", 13, 1, "99999", []city{{"Portland", "OR"}, {"Boise", "ID"}, {"Albuquerque", "NM"}, {"Anchorage", "AK"}}, []string{"# Harbor Street", "P.O. Box #", "# - 8th Ave. S.E."}, []string{"Whitaker", "O'Malley", "Delgado"}, []string{"* Floral Supply", "The Corner * Market", "*'s Garden Center"}},
	{"Germany", 11, 49, "99999", []city{{"Köln", ""}, {"München", ""}, {"Leipzig", ""}}, []string{"Lindenstraße #", "Am Mühlbach #"}, []string{"Schröder", "Groß", "Bäcker"}, []string{"Blumen *", "* Großhandel", "Gärtnerei *"}},
	{"France", 11, 33, "99999", []city{{"Angers", ""}, {"Besançon", ""}, {"Nîmes", ""}}, []string{"#, rue de l'Église", "#, avenue du Château"}, []string{"Lefèvre", "Béranger", "d'Aubigné"}, []string{"Fleurs *", "Chez *", "* et fils"}},
	{"Brazil", 9, 55, "99999-999", []city{{"São Paulo", "SP"}, {"Rio de Janeiro", "RJ"}, {"Resende", "RJ"}}, []string{"Rua da Glória, #", "Av. Brasília, #"}, []string{"Gonçalves", "Araújo", "Simões"}, []string{"Flores *", "* Comércio"}},
	{"UK", 7, 44, "AA9 9AA", []city{{"Leeds", ""}, {"Cowes", "Isle of Wight"}, {"Bristol", ""}}, []string{"# Queen's Parade", "Mill House, # Bridge Lane"}, []string{"Ashworth", "Pemberton"}, []string{"* & Daughters", "* Flower Hall"}},
	{"Mexico", 5, 52, "99999", []city{{"México D.F.", ""}, {"Mérida", ""}}, []string{"Calle Niños Héroes #", "Av. Juárez # - Piso 3"}, []string{"Peña", "Hernández"}, []string{"Florería *", "Viveros *"}},
	{"Spain", 5, 34, "99999", []city{{"León", ""}, {"Cádiz", ""}}, []string{"C/ Cervantes, #", "Plaza del Olmo, #"}, []string{"Muñoz", "Sáez"}, []string{"Flores *", "* Hermanos"}},
	{"Venezuela", 4, 58, "9999", []city{{"Mérida", "Mérida"}, {"Barquisimeto", "Lara"}, {"Porlamar", "Nueva Esparta"}}, []string{"Carrera # con Av. Bolívar #-20", "Av. Las Acacias #"}, []string{"Rincón", "Bermúdez"}, []string{"* Distribuidora", "Casa *"}},
	{"Canada", 3, 1, "A9A 9A9", []city{{"Québec", "QC"}, {"Kamloops", "BC"}}, []string{"# Rue Sainte-Thérèse", "# Fraser Road"}, []string{"Bélanger", "MacLeod"}, []string{"* Nurseries"}},
	{"Argentina", 3, 54, "9999", []city{{"Córdoba", ""}, {"Rosario", ""}}, []string{"Ing. Pérez Núñez #"}, []string{"Ibarra", "Nuñez"}, []string{"Vivero *"}},
	{"Italy", 3, 39, "99999", []city{{"Forlì", ""}, {"Torino", ""}}, []string{"Via dell'Università, #"}, []string{"Cantù", "De Luca"}, []string{"Fiori *"}},
	{"Sweden", 2, 46, "S-999 99", []city{{"Växjö", ""}, {"Malmö", ""}}, []string{"Björkvägen #"}, []string{"Åkesson", "Lindström"}, []string{"* Blommor"}},
	{"Switzerland", 2, 41, "9999", []city{{"Zürich", ""}, {"Genève", ""}}, []string{"Seestrasse #"}, []string{"Zürcher", "Favre"}, []string{"Blumenbörse *"}},
	{"Austria", 2, 43, "9999", []city{{"Wörgl", ""}, {"Linz", ""}}, []string{"Kirchenplatz #"}, []string{"Höller", "Strauß"}, []string{"* Blumen"}},
	{"Portugal", 2, 351, "9999-999", []city{{"Évora", ""}, {"Lisboa", ""}}, []string{"Travessa da Conceição, #"}, []string{"Guimarães", "Frazão"}, []string{"Flores *"}},
	{"Belgium", 2, 32, "B-9999", []city{{"Liège", ""}, {"Gent", ""}}, []string{"Koningsstraat, #"}, []string{"Desmet", "Lambère"}, []string{"* Fleurs"}},
	{"Denmark", 2, 45, "9999", []city{{"Århus", ""}, {"København", ""}}, []string{"Strandvejen #"}, []string{"Sørensen", "Brøgger"}, []string{"* Blomster"}},
	{"Finland", 2, 358, "99999", []city{{"Jyväskylä", ""}, {"Helsinki", ""}}, []string{"Järvikatu #"}, []string{"Hämäläinen", "Koskinen"}, []string{"* Kukat"}},
	{"Ireland", 1, 353, "", []city{{"Cork", "Co. Cork"}}, []string{"# St. Brigid's Quay"}, []string{"O'Súilleabháin"}, []string{"* Flowers"}},
	{"Norway", 1, 47, "9999", []city{{"Ålesund", ""}}, []string{"Brogata #"}, []string{"Bjørnstad"}, []string{"* Blomster"}},
	{"Poland", 1, 48, "99-999", []city{{"Łódź", ""}}, []string{"ul. Źródlana #"}, []string{"Żółkiewski"}, []string{"Kwiaty *"}},
}
