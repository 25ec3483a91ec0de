package graph

import (
	"encoding/csv"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// GraphML writes the services, resources and edges of a system for other
// programs that draw or query graphs (http://graphml.graphdrawing.org). Lists
// are joined by spaces where they hold sites, by "; " where they hold names.
func GraphML(w io.Writer, sys *System) error {
	type data struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	}
	type key struct {
		ID   string `xml:"id,attr"`
		For  string `xml:"for,attr"`
		Name string `xml:"attr.name,attr"`
		Type string `xml:"attr.type,attr"`
	}
	type node struct {
		ID   string `xml:"id,attr"`
		Data []data `xml:"data"`
	}
	type edge struct {
		Source string `xml:"source,attr"`
		Target string `xml:"target,attr"`
		Data   []data `xml:"data"`
	}
	doc := struct {
		XMLName xml.Name `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
		Keys    []key    `xml:"key"`
		Graph   struct {
			ID      string `xml:"id,attr"`
			Default string `xml:"edgedefault,attr"`
			Nodes   []node `xml:"node"`
			Edges   []edge `xml:"edge"`
		} `xml:"graph"`
	}{}
	doc.Graph.ID, doc.Graph.Default = sys.Root, "directed"
	nodeKeys := []string{"kind", "technology", "team", "namespace", "workload"}
	for _, k := range nodeKeys {
		doc.Keys = append(doc.Keys, key{k, "node", k, "string"})
	}
	for _, k := range edgeColumns()[2:] {
		typ := "string"
		switch k {
		case "sync", "in_loop", "certain":
			typ = "boolean"
		}
		doc.Keys = append(doc.Keys, key{"edge_" + k, "edge", k, typ})
	}
	add := func(id string, values ...string) {
		n := node{ID: id}
		for i, v := range values {
			if v != "" {
				n.Data = append(n.Data, data{nodeKeys[i], v})
			}
		}
		doc.Graph.Nodes = append(doc.Graph.Nodes, n)
	}
	for _, s := range sys.Services {
		add(s.ID, "service", s.Language, s.Team, s.Namespace, s.Workload)
	}
	for _, r := range sys.Resources {
		add(r.ID, r.Kind, r.Technology, "", "", r.Workload)
	}
	for _, e := range sys.Edges {
		row := edgeRow(e)
		out := edge{Source: e.From, Target: e.To}
		for i, k := range edgeColumns()[2:] {
			out.Data = append(out.Data, data{"edge_" + k, row[i+2]})
		}
		doc.Graph.Edges = append(doc.Graph.Edges, out)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// EdgesCSV writes one row an edge, with a head.
func EdgesCSV(w io.Writer, sys *System) error {
	out := csv.NewWriter(w)
	rows := [][]string{edgeColumns()}
	for _, e := range sys.Edges {
		rows = append(rows, edgeRow(e))
	}
	return out.WriteAll(rows)
}

func edgeColumns() []string {
	return []string{"from", "to", "kind", "sync", "operations", "from_endpoints", "in_loop", "certain", "sites"}
}

func edgeRow(e *Edge) []string {
	var sites []string
	for _, s := range e.Sites {
		sites = append(sites, s.String())
	}
	return []string{
		e.From, e.To, e.Kind, strconv.FormatBool(e.Sync), strings.Join(e.Operations, "; "), strings.Join(e.FromEndpoints, "; "),
		strconv.FormatBool(e.InLoop), strconv.FormatBool(e.Certain), strings.Join(sites, " "),
	}
}
