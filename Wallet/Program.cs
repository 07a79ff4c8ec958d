using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddLedger();

var app = builder.Build();
app.MapServiceDefaults();
app.MapWalletApi();
app.MapGrpcService<WalletService>().WithMetadata(new WalletRequestSize());
app.MapGrpcService<ConditionsService>();
await app.RunAsync();
