using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Registers the services of Storage.</summary>
internal static class StorageExtensions
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<R2Options>("R2");
        builder.Services.AddValidatedOptions<CloudFrontOptions>("CloudFront");
        builder.Services.AddValidatedOptions<UploadOptions>("Storage");
        builder.Services.AddValidatedOptions<QuotaOptions>("Quotas");
        builder.Services.AddSingleton<StorageMeter>();
        builder.Services.AddSingleton<R2Client>();
        builder.Services.AddSingleton<CloudFront>();
        builder.Services.AddSingleton<BucketSetup>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BucketSetup>());
        builder.Services.AddSingleton<UploadLinks>();
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddScoped<UploadProgressReader>();
        builder.Services.AddScoped<JobFiles>();
        builder.Services.AddScoped<Quotas>();
        builder.Services.AddScoped<FileUses>();
        builder.Services.AddScoped<FileRemoval>();
        builder.Services.AddSingleton<ObjectRemoval>();
        builder.Services.AddSingleton<ExpiredFiles>();
        builder.Services.AddSingleton<OldRows>();
        builder.Services.AddHostedService<FileSweeper>();
        builder.Services.AddSingleton<BucketComparison>();
        builder.Services.AddHostedService<BucketReconciler>();
        return builder;
    }
}
