# The component as an image, one target for each platform:
#   docker build --target oih -t cleverreach-component:oih .
#   docker build -t cleverreach-component:elasticio .

# One of the versions that the tests run on.
FROM node:24.21.0-alpine AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY lib lib
RUN npm run build

FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

# Ferryman is a development dependency of ours, as it is the platform's. Named as a production dependency it is installed in
# its locked version, and with it the locked versions of what it needs.
FROM dependencies AS oih-dependencies
RUN npm install --omit=dev --no-save --save-prod --ignore-scripts @openintegrationhub/ferryman@2.4.7

# What both have in common. The files belong to root, so the process cannot change them.
FROM base AS component
ENV NODE_ENV=production
COPY package.json component.json verifyCredentials.js logo.png LICENSE ./
COPY lib/schemas lib/schemas
COPY mappings mappings
COPY --from=build /app/dist dist
USER node
# A runtime that loses its broker connects again or ends, and neither serves anything that could be asked: whether the process
# lives is all there is to know, and the platform sees that.
HEALTHCHECK NONE

# Both runtimes handle SIGTERM themselves, and the one process that is started, for custom mappings, is awaited: they are process 1
# and need no init. Node lets its heap grow for as long as there is memory; held short, and with all of the space for new objects
# from the start, a long run takes as much as a short one.
FROM component AS oih
COPY --from=oih-dependencies /app/node_modules node_modules
CMD ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "--heap-growing-percent=25", "node_modules/@openintegrationhub/ferryman/runGlobal.js"]

# The last one, as elastic.io builds a repository without naming a target.
FROM component AS elasticio
COPY --from=dependencies /app/node_modules node_modules
CMD ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "--heap-growing-percent=25", "node_modules/elasticio-sailor-nodejs/run.js"]
