using ReelBallers.Jobs;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;
using ReelBallers.Wallet.V1;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddServiceDatabase<JobsDbContext>("jobsdb");
builder.AddGrpcClient<WalletService.WalletServiceClient>("wallet");
builder.AddGrpcClient<StorageService.StorageServiceClient>("storage");
builder.AddJobs();

var app = builder.Build();
app.MapServiceDefaults();
app.MapJobsApi();
app.MapGrpcService<JobsService>();
app.MapGrpcService<JoinedUsersService<JobsDbContext>>();
app.MapGrpcService<DeletedUsersService>();
app.MapGrpcService<UserDataService>();
app.MapGrpcService<ConditionsService>();
await app.RunAsync();
