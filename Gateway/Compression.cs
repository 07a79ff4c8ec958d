using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace ReelBallers.Gateway;

/// <summary>
/// Compresses the responses of routes whose policy allows it. Files of the pages are compressed at build. Nothing else is: the length of a
/// compressed response tells what a secret in it has in common with text that an attacker can put there (BREACH).
/// </summary>
internal static class Compression
{
    public static void AddCompression(this WebApplicationBuilder builder)
    {
        builder.Services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["application/json", "text/csv"];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }

    public static void UseCompression(this WebApplication app) =>
        app.UseWhen(context => RoutePolicy.Of(context).IsCompressed, compressed => compressed.UseResponseCompression());
}
