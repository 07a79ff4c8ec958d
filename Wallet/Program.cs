using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddServiceDatabase<WalletDbContext>("walletdb");
builder.AddLedger("walletdb");

var app = builder.Build();
app.MapServiceDefaults();
app.MapWalletApi();
app.MapGrpcService<WalletService>();
await app.RunAsync();
