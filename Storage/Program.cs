using ReelBallers.ServiceDefaults;
using ReelBallers.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddServiceDatabase<StorageDbContext>("storagedb");
builder.AddStorage();

var app = builder.Build();
app.MapServiceDefaults();
app.MapStorageApi();
app.MapGrpcService<StorageService>();
app.MapGrpcService<JoinedUsersService<StorageDbContext>>();
app.MapGrpcService<DeletedUsersService>();
app.MapGrpcService<UserDataService>();
app.MapGrpcService<ConditionsService>();
await app.RunAsync();
