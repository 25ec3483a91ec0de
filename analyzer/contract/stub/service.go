package stub

import (
	"strconv"
	"strings"

	"github.com/emicklei/proto"
)

// A method is an RPC as the templates below need it.
type method struct {
	name, full, in, out     string // Go name; "/package.Service/Method"; Go types of the messages
	streamsIn, streamsOut   bool
	service, handler, index string
}

// service writes the client, the server and the description of a service, as
// protoc-gen-go-grpc v1.2 does.
func (g *generator) service(scope, file string, s *proto.Service) {
	g.imports["context"], g.imports["grpc"] = "context", "google.golang.org/grpc"
	full := strings.TrimPrefix(scope+"."+s.Name, ".")
	name := camel(s.Name)
	var methods []method
	streams := 0
	for _, e := range s.Elements {
		rpc, ok := e.(*proto.RPC)
		if !ok {
			continue
		}
		m := method{
			name: camel(rpc.Name), full: "/" + full + "/" + rpc.Name, service: name,
			in: g.typ(scope, rpc.RequestType), out: g.typ(scope, rpc.ReturnsType),
			streamsIn: rpc.StreamsRequest, streamsOut: rpc.StreamsReturns,
		}
		m.handler = "_" + name + "_" + m.name + "_Handler"
		if m.streams() {
			m.index = strconv.Itoa(streams)
			streams++
		}
		methods = append(methods, m)
	}
	lower := strings.ToLower(name[:1]) + name[1:]
	g.printf("type %sClient interface {\n", name)
	for _, m := range methods {
		g.printf("\t%s\n", m.clientSignature())
	}
	g.printf("}\n\ntype %sClient struct{ cc grpc.ClientConnInterface }\n\n", lower)
	g.printf("func New%sClient(cc grpc.ClientConnInterface) %[1]sClient { return &%sClient{cc} }\n\n", name, lower)
	for _, m := range methods {
		g.client(lower, m)
	}
	g.printf("type %sServer interface {\n", name)
	for _, m := range methods {
		g.printf("\t%s\n", m.serverSignature())
	}
	g.printf("}\n\ntype Unimplemented%sServer struct{}\n\nfunc (Unimplemented%[1]sServer) mustEmbedUnimplemented%[1]sServer() {}\n\n", name)
	g.printf("type Unsafe%sServer interface{ mustEmbedUnimplemented%[1]sServer() }\n\n", name)
	for _, m := range methods {
		result := "return *new(error)"
		if !m.streams() {
			result = "return *new(" + m.out + "), nil"
		}
		g.printf("func (Unimplemented%sServer) %s { %s }\n\n", name, m.serverSignature(), result)
	}
	g.printf("func Register%sServer(s grpc.ServiceRegistrar, srv %[1]sServer) { s.RegisterService(&%[1]s_ServiceDesc, srv) }\n\n", name)
	for _, m := range methods {
		g.server(lower, m)
	}
	g.description(full, file, name, methods)
}

func (m method) streams() bool { return m.streamsIn || m.streamsOut }

func (m method) clientSignature() string {
	switch {
	case m.streamsIn:
		return m.name + "(ctx context.Context, opts ...grpc.CallOption) (" + m.service + "_" + m.name + "Client, error)"
	case m.streamsOut:
		return m.name + "(ctx context.Context, in " + m.in + ", opts ...grpc.CallOption) (" + m.service + "_" + m.name + "Client, error)"
	}
	return m.name + "(ctx context.Context, in " + m.in + ", opts ...grpc.CallOption) (" + m.out + ", error)"
}

func (m method) serverSignature() string {
	switch {
	case m.streamsIn:
		return m.name + "(stream " + m.service + "_" + m.name + "Server) error"
	case m.streamsOut:
		return m.name + "(in " + m.in + ", stream " + m.service + "_" + m.name + "Server) error"
	}
	return m.name + "(ctx context.Context, in " + m.in + ") (" + m.out + ", error)"
}

// client writes a method of the client, and its stream.
func (g *generator) client(lower string, m method) {
	g.printf("func (c *%sClient) %s {\n", lower, m.clientSignature())
	if !m.streams() {
		g.printf("\tout := new(%s)\n\terr := c.cc.Invoke(ctx, %q, in, out, opts...)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn out, nil\n}\n\n", strings.TrimPrefix(m.out, "*"), m.full)
		return
	}
	stream := lower + m.name + "Client"
	g.printf("\tstream, err := c.cc.NewStream(ctx, &%s_ServiceDesc.Streams[%s], %q, opts...)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tx := &%s{stream}\n", m.service, m.index, m.full, stream)
	if !m.streamsIn {
		g.printf("\tif err := x.ClientStream.SendMsg(in); err != nil {\n\t\treturn nil, err\n\t}\n\tif err := x.ClientStream.CloseSend(); err != nil {\n\t\treturn nil, err\n\t}\n")
	}
	g.printf("\treturn x, nil\n}\n\ntype %s_%sClient interface {\n", m.service, m.name)
	if m.streamsIn {
		g.printf("\tSend(%s) error\n", m.in)
	}
	recv := "CloseAndRecv"
	if m.streamsOut {
		recv = "Recv"
	}
	g.printf("\t%s() (%s, error)\n\tgrpc.ClientStream\n}\n\ntype %s struct{ grpc.ClientStream }\n\n", recv, m.out, stream)
	if m.streamsIn {
		g.printf("func (x *%s) Send(m %s) error { return x.ClientStream.SendMsg(m) }\n\n", stream, m.in)
	}
	g.printf("func (x *%s) %s() (%s, error) {\n", stream, recv, m.out)
	if !m.streamsOut {
		g.printf("\tif err := x.ClientStream.CloseSend(); err != nil {\n\t\treturn nil, err\n\t}\n")
	}
	g.printf("\tm := new(%s)\n\tif err := x.ClientStream.RecvMsg(m); err != nil {\n\t\treturn nil, err\n\t}\n\treturn m, nil\n}\n\n", strings.TrimPrefix(m.out, "*"))
}

// server writes the handler of a method, and its stream.
func (g *generator) server(lower string, m method) {
	in := strings.TrimPrefix(m.in, "*")
	if !m.streams() {
		g.printf("func %s(srv any, ctx context.Context, dec func(any) error, interceptor grpc.UnaryServerInterceptor) (any, error) {\n", m.handler)
		g.printf("\tin := new(%s)\n\tif err := dec(in); err != nil {\n\t\treturn nil, err\n\t}\n\tif interceptor == nil {\n\t\treturn srv.(%sServer).%s(ctx, in)\n\t}\n", in, m.service, m.name)
		g.printf("\tinfo := &grpc.UnaryServerInfo{Server: srv, FullMethod: %q}\n\thandler := func(ctx context.Context, req any) (any, error) {\n\t\treturn srv.(%sServer).%s(ctx, req.(%s))\n\t}\n\treturn interceptor(ctx, in, info, handler)\n}\n\n", m.full, m.service, m.name, m.in)
		return
	}
	stream := lower + m.name + "Server"
	g.printf("func %s(srv any, stream grpc.ServerStream) error {\n", m.handler)
	if m.streamsIn {
		g.printf("\treturn srv.(%sServer).%s(&%s{stream})\n}\n\n", m.service, m.name, stream)
	} else {
		g.printf("\tm := new(%s)\n\tif err := stream.RecvMsg(m); err != nil {\n\t\treturn err\n\t}\n\treturn srv.(%sServer).%s(m, &%s{stream})\n}\n\n", in, m.service, m.name, stream)
	}
	send := "SendAndClose"
	if m.streamsOut {
		send = "Send"
	}
	g.printf("type %s_%sServer interface {\n\t%s(%s) error\n", m.service, m.name, send, m.out)
	if m.streamsIn {
		g.printf("\tRecv() (%s, error)\n", m.in)
	}
	g.printf("\tgrpc.ServerStream\n}\n\ntype %s struct{ grpc.ServerStream }\n\nfunc (x *%[1]s) %s(m %s) error { return x.ServerStream.SendMsg(m) }\n\n", stream, send, m.out)
	if m.streamsIn {
		g.printf("func (x *%s) Recv() (%s, error) {\n\tm := new(%s)\n\tif err := x.ServerStream.RecvMsg(m); err != nil {\n\t\treturn nil, err\n\t}\n\treturn m, nil\n}\n\n", stream, m.in, in)
	}
}

// description writes the service's description.
func (g *generator) description(full, file, name string, methods []method) {
	g.printf("var %s_ServiceDesc = grpc.ServiceDesc{\n\tServiceName: %q,\n\tHandlerType: (*%[1]sServer)(nil),\n\tMethods: []grpc.MethodDesc{\n", name, full)
	for _, m := range methods {
		if !m.streams() {
			g.printf("\t\t{MethodName: %q, Handler: %s},\n", m.full[strings.LastIndexByte(m.full, '/')+1:], m.handler)
		}
	}
	g.printf("\t},\n\tStreams: []grpc.StreamDesc{\n")
	for _, m := range methods {
		if m.streams() {
			g.printf("\t\t{StreamName: %q, Handler: %s, ServerStreams: %v, ClientStreams: %v},\n", m.full[strings.LastIndexByte(m.full, '/')+1:], m.handler, m.streamsOut, m.streamsIn)
		}
	}
	g.printf("\t},\n\tMetadata: %q,\n}\n\n", file)
}
