using Microsoft.AspNetCore.Http.Features;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary><c>GET /api/events</c>: one stream of all events of a user, so that a page needs one connection.</summary>
internal static class UserEventsApi
{
    /// <summary>Registers what it needs.</summary>
    public static void AddUserEvents(this WebApplicationBuilder builder) => builder.Services
        .AddHttpClient<EventSourceClient>(client => client.Timeout = Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(EventSourceClient.CreateHandler)
        .AddServiceDiscovery();

    /// <summary>Maps the endpoint.</summary>
    public static void MapUserEvents(this WebApplication app) =>
        app.MapGet("/api/events", (Delegate)StreamAsync).WithMetadata(new RoutePolicy(IsStream: true))
            .ReadsHeader("Last-Event-ID").Produces<string>(contentType: "text/event-stream");

    private static Task<IResult> StreamAsync(HttpContext context) =>
        EventStreamWriter.RunAsync(
            context, new UserEventStream(context, context.Features.GetRequiredFeature<Session>()).WriteAsync);
}
