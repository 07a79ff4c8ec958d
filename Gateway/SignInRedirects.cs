using Microsoft.AspNetCore.WebUtilities;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// The addresses of a sign-in by OpenID Connect that a browser is sent to: where it begins, and where the issuer sends it back. Both only
/// lead to the page <c>sign-in.html</c>, which posts what is in the URL to Accounts. The session's cookie is strict: the browser does not
/// send it with a request that another site has caused, and such a request must not begin or finish anything. What is behind the # goes to
/// no server.
/// </summary>
internal static class SignInRedirects
{
    // Its addresses are part of the public contract.
    private const string Google = "google";

    private static readonly string[] BeginParameters = ["return_to"];
    private static readonly string[] CallbackParameters = ["state", "code", "error"];

    public static void MapSignInRedirects(this WebApplication app)
    {
        var routes = app.MapGroup("/api/auth").WithMetadata(new RoutePolicy(Access.Public));
        routes.MapGet("/google", (HttpRequest request) => ToPage(Google, request, BeginParameters))
            .ReadsQuery(BeginParameters).Produces(StatusCodes.Status302Found);
        routes.MapGet("/google/callback", (HttpRequest request) => ToPage(Google, request, CallbackParameters))
            .ReadsQuery(CallbackParameters).Produces(StatusCodes.Status302Found);
        routes.MapGet(
            "/providers/{provider}/start", (string provider, HttpRequest request) => ToPage(provider, request, BeginParameters))
            .ReadsQuery(BeginParameters).Produces(StatusCodes.Status302Found);
        routes.MapGet(
            "/providers/{provider}/callback", (string provider, HttpRequest request) => ToPage(provider, request, CallbackParameters))
            .ReadsQuery(CallbackParameters).Produces(StatusCodes.Status302Found);
    }

    private static IResult ToPage(string provider, HttpRequest request, string[] names)
    {
        var parameters = names.Where(request.Query.ContainsKey)
            .Select(name => KeyValuePair.Create(name, (string?)request.Query[name].ToString()))
            .Prepend(KeyValuePair.Create("provider", (string?)provider));
        var query = QueryHelpers.AddQueryString("", parameters);
        return TypedResults.Redirect($"/sign-in.html#{query[1..]}");
    }
}
