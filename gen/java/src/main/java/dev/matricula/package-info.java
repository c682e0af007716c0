/**
 * A thin client of Matricula, the registry of OAuth 2.0 clients, over the generated stubs in {@code
 * dev.matricula.v1}. Start at {@link dev.matricula.MatriculaClient}.
 */
package dev.matricula;
