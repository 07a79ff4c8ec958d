using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class Turns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_intents_due",
                table: "intents");

            migrationBuilder.AddColumn<bool>(
                name: "crashed",
                table: "runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "lane",
                table: "intents",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "queued_at",
                table: "intents",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "turn",
                table: "intents",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "user_id",
                table: "intents",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "endpoint_pauses",
                columns: table => new
                {
                    endpoint_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    paused_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    pauses = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_endpoint_pauses", x => x.endpoint_id);
                });

            migrationBuilder.CreateTable(
                name: "replicas",
                columns: table => new
                {
                    replica_id = table.Column<Guid>(type: "uuid", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replicas", x => x.replica_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_runs_ended",
                table: "runs",
                columns: new[] { "endpoint_id", "ended_at" },
                filter: "ended_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_runs_open",
                table: "runs",
                column: "endpoint_id",
                filter: "state in ('submitting', 'submitted', 'running')");

            migrationBuilder.CreateIndex(
                name: "ix_intents_due",
                table: "intents",
                columns: new[] { "kind", "due_at" },
                filter: "lane is null and dead_since is null");

            migrationBuilder.CreateIndex(
                name: "ix_intents_queued",
                table: "intents",
                column: "queued_at",
                filter: "lane is not null and dead_since is null");

            migrationBuilder.CreateIndex(
                name: "ix_intents_turns",
                table: "intents",
                columns: new[] { "lane", "turn", "due_at" },
                filter: "lane is not null and dead_since is null");

            migrationBuilder.CreateIndex(
                name: "ix_intents_user_turns",
                table: "intents",
                columns: new[] { "user_id", "turn" },
                filter: "lane is not null and dead_since is null");

            migrationBuilder.Sql(Queue);
            migrationBuilder.Sql(WaitingLanes);
            migrationBuilder.Sql(Turn);
            migrationBuilder.Sql(Wake);
            migrationBuilder.Sql(Vacuum);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(DropFunctions);

            migrationBuilder.DropTable(
                name: "endpoint_pauses");

            migrationBuilder.DropTable(
                name: "replicas");

            migrationBuilder.DropIndex(
                name: "ix_runs_ended",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "ix_runs_open",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "ix_intents_due",
                table: "intents");

            migrationBuilder.DropIndex(
                name: "ix_intents_queued",
                table: "intents");

            migrationBuilder.DropIndex(
                name: "ix_intents_turns",
                table: "intents");

            migrationBuilder.DropIndex(
                name: "ix_intents_user_turns",
                table: "intents");

            migrationBuilder.DropColumn(
                name: "crashed",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "lane",
                table: "intents");

            migrationBuilder.DropColumn(
                name: "queued_at",
                table: "intents");

            migrationBuilder.DropColumn(
                name: "turn",
                table: "intents");

            migrationBuilder.DropColumn(
                name: "user_id",
                table: "intents");

            migrationBuilder.CreateIndex(
                name: "ix_intents_due",
                table: "intents",
                columns: new[] { "kind", "due_at" },
                filter: "dead_since is null");
        }
    }
}
