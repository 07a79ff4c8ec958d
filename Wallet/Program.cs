using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
// Reads wait for each other rather than take the connections that the writers need.
builder.AddServiceDatabase<WalletDbContext>("walletdb", hasReadPool: true);
builder.AddLedger("walletdb");

var app = builder.Build();
app.MapServiceDefaults();
app.MapWalletApi();
app.MapGrpcService<WalletService>().WithMetadata(new WalletRequestSize());
await app.RunAsync();
