// A peer for make bench: net/http and go-sql-driver, the usual way.
//
//	peer-go QUERIES SOCKET USER PASSWORD PORT
//
// /{plain|same}/lookup/{id} and /{plain|same}/search/{region}/{area}
package main

import (
	"database/sql"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"

	_ "github.com/go-sql-driver/mysql"
)

type server struct {
	statements map[string]*sql.Stmt
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if len(parts) < 3 {
		http.NotFound(w, r)
		return
	}
	statement := s.statements[parts[0]+"/"+parts[1]]
	if statement == nil {
		http.NotFound(w, r)
		return
	}
	args := make([]interface{}, len(parts)-2)
	for i, part := range parts[2:] {
		args[i] = part
	}
	rows, err := statement.Query(args...)
	if err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	defer rows.Close()

	items, err := read(rows, parts[0] == "same")
	if err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	if len(items) == 0 && parts[1] == "lookup" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if parts[1] == "lookup" {
		json.NewEncoder(w).Encode(items[0])
		return
	}
	json.NewEncoder(w).Encode(map[string]interface{}{"items": items, "next": nil})
}

// read turns rows into JSON objects; a column doc is one already.
func read(rows *sql.Rows, documents bool) ([]interface{}, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values := make([]sql.NullString, len(names))
	places := make([]interface{}, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	var items []interface{}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		item := make(map[string]interface{}, len(names))
		for i, name := range names {
			if documents && name == "doc" {
				item[name] = json.RawMessage(values[i].String)
			} else if values[i].Valid {
				item[name] = values[i].String
			} else {
				item[name] = nil
			}
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var queries map[string]map[string]string
	if err := json.Unmarshal(text, &queries); err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("mysql", os.Args[3]+":"+os.Args[4]+"@unix("+os.Args[2]+")/legalnet")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)

	s := &server{statements: map[string]*sql.Stmt{}}
	for way, kinds := range queries {
		for kind, query := range kinds {
			statement, err := db.Prepare(query)
			if err != nil {
				log.Fatal(err)
			}
			s.statements[way+"/"+kind] = statement
		}
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[5], s))
}
