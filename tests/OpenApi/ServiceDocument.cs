using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.OpenApi.Tests;

/// <summary>
/// What a service's endpoints say of themselves. The service is built as its Program.cs builds it and listens, but none of its workers
/// runs, so that it needs no database, no cloud and no other service.
/// </summary>
internal static class ServiceDocument
{
    // The framework's own, without which the endpoints are not built.
    private const string WebHost = "Microsoft.AspNetCore.Hosting.GenericWebHostService";
    private const string Secret = "a-secret-of-the-tests-that-is-long-enough";
    private const string Nowhere = "http://127.0.0.1:9";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["App:Url"] = "http://app.test:8080/",
        ["Stripe:SecretKey"] = "sk_test_local",
        ["Stripe:WebhookSecret"] = "whsec_local",
        ["RunPod:ApiKey"] = "rp_test",
        ["RunPod:EndpointId"] = "local",
        ["RunPod:CallbackKey"] = Secret,
        ["R2:ServiceUrl"] = Nowhere,
        ["R2:AccessKeyId"] = "r2_local",
        ["R2:SecretAccessKey"] = "r2_local_secret",
        ["SignIn:LinkKey"] = Secret,
        ["Webhooks:SecretKey"] = Secret,
        ["Mail:From"] = "ReelBallers <no-reply@example.com>",
        ["Mail:ResendApiKey"] = "re_local",
        ["Mail:ResendWebhookSecret"] = "whsec_bG9jYWwtc2VjcmV0LW9mLXRoZS10ZXN0cw==",
        ["Session:SigningKey"] = Secret,
    };

    /// <summary>The services, and the Gateway, which has endpoints of its own.</summary>
    public static IReadOnlyList<string> Services { get; } = ["Accounts", "Gateway", "Jobs", "Payments", "Storage", "Wallet"];

    /// <summary>Starts a service without its workers.</summary>
    public static Task<ServiceApp> StartAsync(string service)
    {
        var settings = new Dictionary<string, string?>(Settings);
        foreach (var name in Services.Select(name => name.ToLowerInvariant()))
        {
            settings[$"ConnectionStrings:{name}db"] = "Host=127.0.0.1;Port=9;Username=nobody;Password=none";
            settings[$"services:{name}:http:0"] = Nowhere;
        }
        return ServiceApp.StartAsync(service, settings, services =>
        {
            foreach (var worker in services.Where(one => one.ServiceType == typeof(IHostedService)
                && one.ImplementationType?.FullName != WebHost).ToList())
            {
                services.Remove(worker);
            }
            services.AddApiDescription();
        });
    }

    /// <summary>Makes the document of a service.</summary>
    public static async Task<JsonObject> MakeAsync(string service)
    {
        await using var app = await StartAsync(service);
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDescriptionExtensions.DocumentName)
            .GetOpenApiDocumentAsync();
        var root = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
        SignInRoutes.AddTokens(root);
        return root;
    }
}
