namespace ReelBallers.Storage;

/// <summary>Where R2 is and who we are there.</summary>
/// <param name="ServiceUrl"><c>R2:ServiceUrl</c>; made from <c>R2:AccountId</c> when it is not set.</param>
/// <param name="AccessKeyId"><c>R2:AccessKeyId</c>.</param>
/// <param name="SecretAccessKey"><c>R2:SecretAccessKey</c>.</param>
/// <param name="Bucket"><c>R2:Bucket</c>.</param>
internal sealed record R2Options(Uri ServiceUrl, string AccessKeyId, string SecretAccessKey, string Bucket)
{
    /// <exception cref="InvalidOperationException">A value is missing or malformed; the message names the key, never the value of a secret.</exception>
    public static R2Options From(IConfiguration configuration)
    {
        var url = Text(configuration, "R2:ServiceUrl") ?? $"https://{Required(configuration, "R2:AccountId")}.r2.cloudflarestorage.com";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var serviceUrl) || serviceUrl.Scheme is not ("http" or "https") || serviceUrl.PathAndQuery != "/")
        {
            throw new InvalidOperationException($"R2:ServiceUrl is '{url}', which is not an absolute http or https URL without a path.");
        }

        return new R2Options(
            serviceUrl, Required(configuration, "R2:AccessKeyId"), Required(configuration, "R2:SecretAccessKey"),
            Text(configuration, "R2:Bucket") ?? "reelballers-videos");
    }

    /// <summary>Without the secret: a record prints what it holds.</summary>
    public override string ToString() => $"{ServiceUrl}{Bucket}";

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();

    private static string Required(IConfiguration configuration, string key) =>
        Text(configuration, key) ?? throw new InvalidOperationException($"{key} is not set.");
}
