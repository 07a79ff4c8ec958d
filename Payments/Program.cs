using ReelBallers.Payments;
using ReelBallers.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddServiceDatabase<PaymentsDbContext>("paymentsdb");
builder.AddPayments();

var app = builder.Build();
app.MapServiceDefaults();
app.MapTopups();
app.MapCards();
app.MapAutoTopup();
app.MapBillingPortal();
app.MapGrants();
app.MapWebhooks();
app.MapGrpcService<PaymentsService>();
app.MapGrpcService<JoinedUsersService<PaymentsDbContext>>();
app.MapGrpcService<DeletedUsersService>();
app.MapGrpcService<UserDataService>();
app.MapGrpcService<ConditionsService>();
await app.RunAsync();
