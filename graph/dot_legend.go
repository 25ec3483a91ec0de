package graph

// legendRow is how many samples stand in one row of the legend.
const legendRow = 4

// legend explains the shapes, lines and marks that the picture has.
func (w *dotWriter) legend() {
	w.line(`  subgraph cluster_legend {`)
	w.line(`    graph [label="legend", style="rounded", color="#cfd8dc", fontcolor="#546e7a", fontsize=12, labeljust=l, margin=10];`)
	w.line(`    node [fontsize=9, margin="0.16,0.05", width=0, height=0];`)
	var samples []attributes
	for _, kind := range []string{"service", "other", "cluster", Datastore, Cache, Topic, Queue, Lock, Coordinator, External} {
		if w.has(func(n *node) bool { return n.kind == kind }) {
			samples = append(samples, append(attributes{{"label", kindText(kind)}}, shapeOf(kind)...))
		}
	}
	for _, s := range []string{SeverityError, SeverityWarning, SeverityNote} {
		if w.has(func(n *node) bool { return n.severity == s }) {
			samples = append(samples, attributes{{"label", severityMark(s) + " finding: " + s}, {"shape", "box"},
				{"style", "rounded,filled"}, {"color", severityColor(s)}, {"fillcolor", severityFill(s)}, {"penwidth", "2.2"}})
		}
	}
	if w.has(func(n *node) bool { return len(n.marks) > 0 }) {
		samples = append(samples, append(attributes{{"label", "sets the ceiling"}, {"shape", "box"}, {"style", "rounded,filled"}}, markStyle()...))
	}
	if w.view.diff {
		for _, c := range []string{added, removed, changed} {
			a := attributes{{"label", changeSign(c) + c}, {"shape", "box"}, {"style", "filled"}}
			a.applyChange(c, "filled,dashed")
			samples = append(samples, a)
		}
	}
	for i, a := range samples {
		w.line(`    "legend/%d" [%s];`, i, a)
		if i%legendRow > 0 {
			w.line(`    "legend/%d" -> "legend/%d" [style=invis];`, i-1, i)
		}
	}
	w.legendLines()
	w.line(`  }`)
}

func (w *dotWriter) has(is func(*node) bool) bool {
	for _, n := range w.view.nodes {
		if is(n) {
			return true
		}
	}
	return false
}

// legendLines shows the line styles that occur.
func (w *dotWriter) legendLines() {
	i := 0
	sample := func(text string, has bool, l *link) {
		if !has {
			return
		}
		w.line(`    "legend/from%d" [shape=point, width=0.06, label="", tooltip=""];`, i)
		w.line(`    "legend/to%d" [shape=point, width=0.06, label="", tooltip=""];`, i)
		a := attributes{{"label", text}, {"style", linkStyle(l)}}
		if !l.sync {
			a.set("arrowhead", "empty")
		}
		if l.onPath {
			a.set("penwidth", "3")
		}
		w.line(`    "legend/from%d" -> "legend/to%d" [%s];`, i, i, a)
		if i%2 == 1 {
			w.line(`    "legend/to%d" -> "legend/from%d" [style=invis];`, i-1, i)
		}
		i++
	}
	var sync, async, idle bool
	for _, l := range w.view.links {
		idle = idle || l.idle
		sync = sync || l.sync && !l.idle
		async = async || !l.sync && !l.idle
	}
	sample("a request waits", sync, &link{sync: true})
	sample("nobody waits", async, &link{})
	sample("start-up or background", idle, &link{idle: true})
	sample("the path", w.view.path, &link{sync: true, onPath: true})
	sample("either (1) .. or (1): one of them", w.view.turns, &link{sync: true, onPath: true})
}
