namespace ReelBallers.Storage;

/// <summary>Everything that this service consists of; a mistake in the configuration ends the start.</summary>
internal static class StorageExtensions
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(R2Options.From(builder.Configuration));
        builder.Services.AddSingleton(UploadRules.From(builder.Configuration));
        builder.Services.AddSingleton<R2Client>();
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddScoped<JobFiles>();
        builder.Services.AddSingleton<AbandonedUploads>();
        builder.Services.AddHostedService<UploadSweeper>();
        return builder;
    }
}
