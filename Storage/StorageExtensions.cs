using Microsoft.Extensions.Options;
using ReelBallers.Media;
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
        builder.Services.AddValidatedOptions<ProbeOptions>("Probe");
        builder.Services.AddValidatedOptions<RetentionOptions>("Retention");
        builder.Services.AddSingleton(services => new FfmpegPaths(
            Ffprobe: services.GetRequiredService<IOptions<ProbeOptions>>().Value.FfprobePath is { Length: > 0 } path ? path : null));
        builder.Services.AddSingleton<FfprobeFinder>();
        builder.Services.AddHostedService<ProbeSetup>();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<ProbeOptions>>().Value.GetLimits());
        builder.Services.AddSingleton<RemoteVideos>();
        builder.Services.AddSingleton<UploadedVideos>();
        builder.Services.AddSingleton<StorageMeter>();
        builder.Services.AddSingleton<R2Client>();
        builder.Services.AddSingleton<CloudFront>();
        builder.Services.AddSingleton<BucketSetup>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BucketSetup>());
        builder.Services.AddSingleton<UploadLinks>();
        builder.Services.AddScoped<UploadVerification>();
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddScoped<UploadProgressReader>();
        builder.Services.AddScoped<JobFiles>();
        builder.Services.AddSingleton<OutputReader>();
        builder.Services.AddScoped<Quotas>();
        builder.Services.AddScoped<FileUses>();
        builder.Services.AddScoped<FileRemoval>();
        builder.Services.AddScoped<DownloadLog>();
        builder.Services.AddScoped<FileLists>();
        builder.Services.AddScoped<Erasure>();
        builder.Services.AddScoped<IDeletedUserHandler, DeletedUserFiles>();
        builder.Services.AddScoped<IUserDataSource, UserFiles>();
        builder.Services.AddSingleton<ObjectRemoval>();
        builder.Services.AddSingleton<ExpiredFiles>();
        builder.Services.AddSingleton<OldRows>();
        builder.Services.AddHostedService<FileSweeper>();
        builder.Services.AddSingleton<BucketComparison>();
        builder.Services.AddHostedService<BucketReconciler>();
        builder.Services.AddConditions<BucketConditions>();
        return builder;
    }
}
