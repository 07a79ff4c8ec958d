using ReelBallers.Accounts;
using ReelBallers.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddServiceDatabase<AccountsDbContext>("accountsdb");
builder.AddAccounts();
builder.AddOperators();

var app = builder.Build();
app.MapServiceDefaults();
app.MapAccountsApi();
app.MapAddressApi();
app.MapPasskeyApi();
app.MapExport();
app.MapSignInApi();
app.MapOpenIdApi();
app.MapResendWebhook();
app.MapSupportApi();
app.MapUnsubscribe();
app.MapOperators();
app.MapGrpcService<AccountsService>();
await app.RunAsync();
