using System.Net;
using Microsoft.Extensions.Configuration;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The services have the check of the Gateway's routes too.</summary>
public sealed class AccessTests
{
    private static readonly string[] WithUser = ["User", "OpensSession"];

    public static TheoryData<string> Services => [.. ServiceDocument.Services.Where(service => service != "Gateway")];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_rejects_an_anonymous_request_where_its_route_needs_a_user(string service)
    {
        await using var app = await ServiceDocument.StartAsync(service);
        using var client = app.CreateClient();
        var routes = GatewayRoutes.All.Where(route => route["ClusterId"]!.Split('-')[0] == service.ToLowerInvariant()).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            foreach (var method in route.GetSection("Match:Methods").GetChildren())
            {
                using var request = new HttpRequestMessage(new HttpMethod(method.Value!), route["Match:Path"]);
                if (method.Value is "POST" or "PUT")
                {
                    request.Content = new StringContent("{}", null, "application/json");
                }
                using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                var expected = route["Metadata:Role"] is not null ? HttpStatusCode.NotFound
                    : WithUser.Contains(route["Metadata:Access"] ?? "User") ? HttpStatusCode.Unauthorized
                    : default;
                var status = expected == HttpStatusCode.NotFound || answer.StatusCode == HttpStatusCode.Unauthorized
                    ? answer.StatusCode : default;
                Assert.Equal((route.Key, method.Value, expected), (route.Key, method.Value, status));
            }
        }
    }
}
