using ReelBallers.Accounts;
using ReelBallers.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase<AccountsDbContext>("accountsdb");
builder.AddAccounts();

var app = builder.Build();
app.MapServiceDefaults();
app.MapAccountsApi();
app.MapSignInApi();
app.MapGrpcService<AccountsService>();
await app.RunAsync();
