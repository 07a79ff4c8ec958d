using ReelBallers.Gateway;
using ReelBallers.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddCommonDefaults();
builder.AddGateway();

var app = builder.Build();
app.UseGateway();
app.MapGroup("").WithMetadata(new RoutePolicy(Access.Public, IsHealthCheck: true)).MapHealth();
app.MapPages();
app.MapApiReference();
app.MapSession();
app.MapSignInRedirects();
app.MapSessionList();
app.MapUserSessions();
app.MapUserEvents();
app.MapBackendHealth();
app.MapBackends();

await app.RunAsync();
